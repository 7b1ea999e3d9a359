"""Lake: convergence: sources, loads, checks, quarantine, versions."""
