from report.page.browser import chromium, visit

__all__ = ["chromium", "visit"]
