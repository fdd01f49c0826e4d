"""A race on another machine, watched through the user's own ssh: its record tailed, its socket's lines carried along."""
