"""Pay, as typed facts: money and facets read from text, facts from documents, answers from facts."""
