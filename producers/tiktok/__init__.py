"""TikTok Creative Center through actors of Apify: hashtags, songs, creators, videos.

Owns which actors run at what price, and how the rows of each are read: every actor names its
fields in its own way, and a row that none of them writes is an error, never a zero. Refuses to
count a chart twice: the same standing of the same name is the same mention.
"""
