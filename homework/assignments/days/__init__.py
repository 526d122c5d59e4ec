"""What a client’s day shows: what is next, what to log, the ways on when stuck, a kinder time."""
