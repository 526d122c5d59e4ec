"""Who you are: the user, sign-in, second factor, sign-in limits and preferences."""
