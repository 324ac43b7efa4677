"""NewsAPI.org: headlines of entertainment by country, and searches, with a key."""
