"""Where and for whom: clinics, memberships, episodes of care, the access policy, audit, vault, mail, and the site's wiring."""
