# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Moved
#
# Asks the system for what a browser does not have.

# %%
import os

# %%
print(len(os.sched_getaffinity(0)), "cores")
