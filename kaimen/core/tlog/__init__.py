"""The transparency log, pure: RFC 6962 hashing, C2SP tiles, notes, policies and proofs, and our leaves and commitments.

`proofs` makes proofs and `verify` checks them; they share nothing but the two hash functions of `hashing`.
Clock, chance and keys are arguments. The verifier command and the browser script follow the same files.
"""
