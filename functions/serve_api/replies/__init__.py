"""What routes answer, by topic: the OpenAPI document is made of these types, and answers are compared with them.

They are TypedDicts: importing them costs a cold start 3 %, where as many pydantic models would be built first, and
an answer stays the dictionary that it is. Field descriptions of the document are read
from the `Attributes:` sections.
"""
