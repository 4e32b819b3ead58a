"""What must be fast, measured side by side in one run. ``python3 dev.py bench`` lists and runs them."""
