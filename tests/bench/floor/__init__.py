"""The floor: the least a Django project can do for the same units of work. No access policy, no isolation, no sealing."""
