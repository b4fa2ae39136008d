import numpy as np

# 1/n * sum (y - y_hat)^2
mse = lambda y_hat, y: ((y - y_hat) ** 2).sum() / len(y)
