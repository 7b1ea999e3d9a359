"""Evidence: the transparency log, receipts, proofs, reconciliation."""
