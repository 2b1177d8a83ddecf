"""Files that people export: CSV, spreadsheets and JSON lines."""
