"""What would be called, where, and for how much, before anything is paid.

Belongs here: walking a game's sprites through their requests without making them, and reckoning what volumes cost by each route.
Does not belong here: making them (``defs``), choosing providers (``jobs.routing``), prices (``providers``).
"""
