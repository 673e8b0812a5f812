"""What others may know about staff, wards and devices."""
