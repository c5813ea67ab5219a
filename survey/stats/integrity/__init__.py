"""Organised and careless answers, found by what honest ones would not do."""
