"""Mail: EML and MSG, as a transcript of what a reader sees, and the attachments through the gate."""
