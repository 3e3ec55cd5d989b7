"""The law as read: what may stand in its graph, and what every engine decides alike; all else is refused."""
