"""Other tools' logs as runs: found, read while they grow, never written. No torch, and none of the tools."""
