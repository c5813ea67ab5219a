"""The files of a package by name, and what its manifest is called."""

KIND, VERSION = "public-review-package", 1

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
README_ZH, README_EN = "README.zh.md", "README.en.md"
SCORES, APPRAISAL, RUN = "scores.json", "appraisal.json", "run.json"
CODES, VERSIONS, KEY = "codes.json", "versions.json", "public-key.txt"
LEAVES, HEADS = "ledger/leaves.txt", "ledger/heads.json"
COMMITTED = "ledger/codes.json"
OPENINGS, MEANINGS = "ledger/openings.jsonl", "ledger/meanings.json"
FOLDER = "folder/"
