"""Open answers beside invited ones: combined, limited, corrected, alarmed at."""
