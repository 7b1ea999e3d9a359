"""Accounts: people, institutions, roles, acting on behalf, tokens; the desk of the signed-in person."""
