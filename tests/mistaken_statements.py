"""Functions and classes that students write beside the right ones, by the operator that turns one into the other."""

# Each is a function of x, y, line by line, before and after.
STATEMENTS = {
    "line-too-many": [(["x = x / 2", "return x"], ["return x"])],
    "line-moved": [
        (["a = x", "b = y", "return a + b"], ["b = y", "a = x", "return a + b"]),
        (["a = x", "b = y", "c = x", "return a"], ["c = x", "a = x", "b = y", "return a"]),
        (
            ["for i in range(3):", "    x = x + y", "    return x"],
            ["for i in range(3):", "    x = x + y", "return x"],
        ),
        (
            ["for i in range(3):", "    a = 0", "    a = a + y", "return a"],
            ["a = 0", "for i in range(3):", "    a = a + y", "return a"],
        ),
        (
            ["a = x", "for i in range(3):", "    a = a + y", "return a"],
            ["for i in range(3):", "    a = x", "    a = a + y", "return a"],
        ),
        (
            ["for i in range(3):", "    a = 0", "    b = 0", "    a = a + y", "return a"],
            ["a = 0", "b = 0", "for i in range(3):", "    a = a + y", "return a"],
        ),
        (
            ["for i in range(3):", "    a = x", "b = a", "c = b", "return c"],
            ["for i in range(3):", "    a = x", "    b = a", "    c = b", "return c"],
        ),
        (
            ["if y:", "    a = x", "else:", "    a = y", "    a = a + 1", "return a"],
            ["if y:", "    a = x", "else:", "    a = y", "a = a + 1", "return a"],
        ),
        (
            ["if y:", "    a = x", "else:", "    a = y", "a = a + 1", "return a"],
            ["if y:", "    a = x", "else:", "    a = y", "    a = a + 1", "return a"],
        ),
        (
            ["for i in range(3):", "    a = x", "b = a", "return b"],
            ["for i in range(3):", "    a = x", "    b = a", "return b"],
        ),
    ],
    "return": [
        (["def g(z):", "    return z + 1"], ["def g(z):", "    return z + 1", "return g"]),
        (["z = x + y"], ["z = x + y", "return z"]),
        (["print(x + y)"], ["return x + y"]),
        (["x + y"], ["return x + y"]),
        (["z = x + y", "return"], ["z = x + y", "return z"]),
    ],
    "parameters": [],
    "itself": [(["x = x", "x -= y", "return x"], ["x = x.copy()", "x -= y", "return x"])],
    "not-kept": [
        (["x[x < 0] == 0", "return x"], ["x[x < 0] = 0", "return x"]),
        (["z == x", "return x"], ["z = x", "return x"]),
        (["x.clip(0)", "return x"], ["x = x.clip(0)", "return x"]),
        (["np.exp(x)", "return x"], ["x = np.exp(x)", "return x"]),
        (["x + y", "return x"], ["x += y", "return x"]),
        (['v = x["v"]', "v = v - y", "return v"], ['v = x["v"]', "v = v - y", 'x["v"] = v', "return v"]),
        (['v = x.get("v", 0)', "v -= y", "return v"], ['v = x.get("v", 0)', "v -= y", 'x["v"] = v', "return v"]),
    ],
    "line-missing": [
        (["v_a = y * x.a", "return v_a, v_b"], ["v_a = y * x.a", "v_b = y * x.b", "return v_a, v_b"]),
        (['x["dW"] = y["W"]', 'return x["db"]'], ['x["dW"] = y["W"]', 'x["db"] = y["b"]', 'return x["db"]']),
    ],
    "no-value": [
        (["for i in y:", "    a += i", "return a"], ["a = 0", "for i in y:", "    a += i", "return a"]),
        (["for i in y:", "    a.append(i)", "return a"], ["a = []", "for i in y:", "    a.append(i)", "return a"]),
        (
            ["for i in range(3):", "    a[i] = y[i]", "return a"],
            ["a = np.zeros_like(x)", "for i in range(3):", "    a[i] = y[i]", "return a"],
        ),
        (["return x / n"], ["n = x.shape[-1]", "return x / n"]),
        (["y = 2 * y", "return x / n"], ["y = 2 * y", "n = x.shape[-1]", "return x / n"]),
    ],
    "by-element": [
        (["if x > 0:", "    return x", "else:", "    return y"], ["return np.where(x > 0, x, y)"]),
        (["if x > 0:", "    return x", "return y"], ["return np.where(x > 0, x, y)"]),
        (["if x > 0:", "    z = x", "else:", "    z = y", "return z"], ["z = np.where(x > 0, x, y)", "return z"]),
        (["if x > 0:", "    x = y", "return x"], ["x = np.where(x > 0, y, x)", "return x"]),
        (
            ["if x > 0:", "    return x", "elif x < -1:", "    return y", "else:", "    return 0"],
            ["return np.where(x > 0, x, np.where(x < -1, y, 0))"],
        ),
        (["if (x > 0).all():", "    return x", "return y"], ["return np.where(x > 0, x, y)"]),
    ],
    "branches": [
        (
            ["if x.ndim == 1:", "    return x", "else:", "    return y"],
            ["if x.ndim == 1:", "    return y", "else:", "    return x"],
        ),
        (["if y:", "    x = x + y", "return x"], ["if not y:", "    x = x + y", "return x"]),
        (["if y:", "    x = x + y", "return x"], ["x = x + y", "return x"]),
    ],
    "accumulated": [
        (["for i in range(3):", "    x += y", "return x"], ["for i in range(3):", "    x = y", "return x"]),
        (["for i in range(3):", "    x = y", "return x"], ["for i in range(3):", "    x += y", "return x"]),
        (["x = x.sum()", "return x"], ["x /= x.sum()", "return x"]),
        (["x = x.T @ y", "y = 2", "return x"], ["x = x.T @ y", "y += 2", "return x"]),
        (["x = 2 * y", "return x"], ["x -= 2 * y", "return x"]),
    ],
    "targets": [(["a, b = g(x)", "return a"], ["b, a = g(x)", "return a"])],
    "operator": [(["x -= y", "return x"], ["x += y", "return x"])],
    "in-place": [
        (["x -= y", "return x"], ["x = x - y", "return x"]),
        (["x[x < 0] = 0", "return x"], ["x = x.copy()", "x[x < 0] = 0", "return x"]),
        (["z = x", "z -= y", "return z"], ["z = x.copy()", "z -= y", "return z"]),
        (["np.exp(x, out=x)", "return x"], ["x = np.exp(x)", "return x"]),
        (["x.sort()", "return x"], ["x = np.sort(x)", "return x"]),
        (["x = x + y"], ["x[...] = x + y"]),
        (["x[:] = x + y", "return x"], ["x = x + y", "return x"]),
    ],
    "name": [
        (["z = x + y", "return x"], ["z = x + y", "return z"]),
        (["z = x", "w = y", "return w"], ["z = x", "w = y", "return z"]),
    ],
    "operand": [
        (["g = x * 2", "z = y", "return z"], ["g = x * 2", "z = y", "return z * g"]),
        (
            ["for i in range(3):", "    x = x + y", "return x"],
            ["for i in range(3):", "    x = x + y * i", "return x"],
        ),
    ],
    "divided": [(["n = len(x)", "return np.sum(y)"], ["n = len(x)", "return np.sum(y) / n"])],
    "length": [(["n = len(x)", "return np.sum(y) / n"], ["n = x.size", "return np.sum(y) / n"])],
    "index": [(["p = np.random.permutation(3)", "return x[p]"], ["p = np.random.permutation(3)", "return x"])],
    "results": [(["z = x + y", "return z"], ["z = x + y", "return (z, x)"])],
}

# Each is a whole statement before and after, with what stands before it in the module.
WHOLE = {
    "parameters": [("def f(y, x):\n    return x - y", "def f(x, y):\n    return x - y")],
    "constant": [
        ("alpha = 0.1", "alpha = 0.01"),
        ("def f(x, a=0.1):\n    return a * x", "def f(x, a=0.01):\n    return a * x"),
    ],
    "operator": [
        ("f = lambda x, y: x + y", "f = lambda x, y: x - y"),
        (
            "def f(x):\n    def g(z):\n        return z + 1\n    return g(x)",
            "def f(x):\n    def g(z):\n        return z - 1\n    return g(x)",
        ),
        (
            "class C:\n    def f(self, x):\n        return x + self.b",
            "class C:\n    def f(self, x):\n        return x - self.b",
        ),
        ("if True:\n    def f(x):\n        return x + 1", "if True:\n    def f(x):\n        return x - 1"),
        ("async def f(x):\n    return x + 1", "async def f(x):\n    return x - 1"),
        ("T = {'f': lambda x: x + 1}", "T = {'f': lambda x: x - 1}"),
    ],
    "name": [
        (
            "class C:\n    def f(self):\n        self.a = 1\n        self.b = 2\n        return self.a",
            "class C:\n    def f(self):\n        self.a = 1\n        self.b = 2\n        return self.b",
        ),
        (
            "class C:\n    def f(self, x):\n        self.x = 2 * x\n        return x",
            "class C:\n    def f(self, x):\n        self.x = 2 * x\n        return self.x",
        ),
        ("eps = 1e-8\n\ndef f(x, y):\n    return x / y", "eps = 1e-8\n\ndef f(x, y):\n    return x / eps"),
    ],
    "mask": [
        (
            "class C:\n    def f(self, x):\n        self.z = 2 * x\n        return x",
            "class C:\n    def f(self, x):\n        self.z = 2 * x\n        return x * (self.z > 0)",
        ),
    ],
    "call-missing": [
        ("def g(f):\n    return f\n\nf = math.tan", "f = g(math.tan)"),
        ("def g(x):\n    return x\n\ndef f(x):\n    return x.T.T", "def f(x):\n    return g(x.T).T"),
        ("def f(x, y):\n    return x[len(y), y]", "def f(x, y):\n    return x[np.arange(len(y)), y]"),
        ("def g(x):\n    return x\n\ndef f(x, y):\n    return x - y", "def f(x, y):\n    return g(x) - y"),
    ],
    "function": [
        (
            "def g(x):\n    return x\n\ndef h(x):\n    return x\n\ndef f(x):\n    return g(x)",
            "def f(x):\n    return h(x)",
        )
    ],
    "kept": [
        (
            "total = 0\n\ndef f(x):\n    global total\n    total += x\n    return total",
            "def f(x):\n    total = 0\n    total += x\n    return total",
        ),
        (
            "seen = []\n\ndef f(x):\n    seen.append(x)\n    return seen",
            "def f(x):\n    seen = []\n    seen.append(x)\n    return seen",
        ),
        (
            "def f(x, seen=[]):\n    seen.append(x)\n    return seen",
            "def f(x, seen=None):\n    if seen is None:\n        seen = []\n    seen.append(x)\n    return seen",
        ),
        (
            "class C:\n    seen = []\n    def __init__(self):\n        self.a = 1",
            "class C:\n    seen = []\n    def __init__(self):\n        self.seen = []\n        self.a = 1",
        ),
    ],
    "decorator": [("from functools import cache\n\n@cache\ndef f(x):\n    return x", "def f(x):\n    return x")],
    "line-too-many": [
        (
            "cache = {}\n\ndef f(x):\n    if x in cache:\n        return cache[x]\n    return x",
            "def f(x):\n    return x",
        ),
    ],
    "in-place": [
        (
            "class C:\n    def f(self, x):\n        self.x = x",
            "class C:\n    def f(self, x):\n        self.x = x.copy()",
        ),
    ],
}
