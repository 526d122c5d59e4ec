"""Forms of planning and doing, one file each: what a page cleans to before an action takes it."""
