"""What runs and what leaves, for the people who look after it: jobs, messages, what waits for somebody to act (1L, 1M, 8.3).

`alarm` is the one question "is everything well?", asked by the banner of admins, the daily note and the page; `page` is the page
*Messages and jobs*; `told` says codes in plain words; `ready` answers a monitor. Numbers and times, never a client's name.
"""
