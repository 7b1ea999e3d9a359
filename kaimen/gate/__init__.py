"""Gate: who, what for, which columns and rows -> decision -> enforced answer; grants and quotas."""
