"""The sample directory: fictional organisations and people, the same for the same seed.

It is imagined first, as plain values and without a database (``imagining``), then planted as rows (``planting``) or
written as the untidy files an import has to cope with (``files``). Nobody in it exists: domains are reserved names,
streets and surnames come from paving. Why these numbers: decision 0031.
"""
