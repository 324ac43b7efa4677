"""Wikipedia: which articles people read, told a day later, and which ones they edit, told at once.

Owns how page views and the stream of edits are asked for and read. Refuses to guess: a day without
figures is absent and not zero, and names that only machines ask for are left out.
"""
