"""What several emitters need of the plan: pure steps from :class:`~migrate.emitters.Sources` to values."""
