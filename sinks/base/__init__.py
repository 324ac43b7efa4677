"""What every sink shares: consumer, batch, drain, writer, offsets, dead letters."""
