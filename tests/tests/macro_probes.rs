//! What the probes see, and where they say it was.
