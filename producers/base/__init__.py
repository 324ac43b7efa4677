"""What every source gets for nothing: asking, retrying, publishing, audit and health."""
