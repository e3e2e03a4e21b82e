def title(text):
    return text[:1].upper() + text[1:]
