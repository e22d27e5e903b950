"""What is asked of pay and the typed facts in, a draft out: looked up, compared, ranked, reckoned."""
