"""Shared plumbing of the HTTP interfaces: strict JSON in, problem+json out, credentials, repeated requests."""
