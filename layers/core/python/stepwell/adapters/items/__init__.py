"""How domain records lie in DynamoDB items: pure, so that fakes store and bill what adapters write.

Items here are plain Python (`Plain`); `wire` turns them into DynamoDB's typed JSON and sizes them.
"""
