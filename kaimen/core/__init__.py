"""The rules, pure: no Django, no I/O, no clock, no chance; time, randomness and keys are arguments."""
