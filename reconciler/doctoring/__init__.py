"""Whether what is assumed about the platform holds, found out by reading alone, and what would mend it."""

from reconciler.doctoring.examination import examine
from reconciler.doctoring.findings import Check, Report, Status

__all__ = ["Check", "Report", "Status", "examine"]
