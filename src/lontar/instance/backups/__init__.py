"""The whole of an instance in one sealed file, made while it runs, and the way back."""
