"""More articles than anybody reads: pre-labelled into shards, taken up again, on many machines."""
