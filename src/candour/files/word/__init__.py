"""Documents of running text: DOCX and DOCM, ODT, RTF, DOC; and the fresh DOCX and PDF that a rebuild makes of them."""
