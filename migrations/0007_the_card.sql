-- A press on an old message comes with nothing but the message's number: whose card that is must be found.
CREATE INDEX faces_by_card ON faces (card) WHERE card IS NOT NULL;
