"""Routes."""

urlpatterns = []  # type: ignore[var-annotated]
