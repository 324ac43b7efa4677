"""How the packaged and the weekly tables are fitted and measured; nothing here runs in a stream.

Pure: series in, weights and figures out. Who reads the series and when is the caller's business.
"""
