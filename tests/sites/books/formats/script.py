# ---
# jupyter:
#   kernelspec:
#     name: python3
#     display_name: Python 3
#     language: python
# ---

# %% [markdown]
# # A script with cells
#
# Percent format.

# %% tags=["hide-input"]
print("from a script")
