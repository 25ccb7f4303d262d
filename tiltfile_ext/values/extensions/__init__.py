"""Extensions: where they come from, and which of them a load used."""
