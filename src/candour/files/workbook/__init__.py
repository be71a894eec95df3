"""Spreadsheets: XLSX, XLSM, XLSB, XLS, ODS and CSV. What each shows, what it hides, and the visible part anew."""
