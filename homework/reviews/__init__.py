"""Looking back together: digest, review, next plan."""
