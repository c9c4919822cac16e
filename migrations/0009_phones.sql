-- Phones are stored as E.164, a plus and digits: until now they were bare digits, read again by Russian rules whatever
-- country they were of, so that one number could open another's parcel.
-- Here those get their plus that can have been one number only; `parcel::Phone` says the same in Rust. An 8 in front of
-- ten more digits had been changed to a 7, and ten digits without a plus had got a 7 in front, so of what begins with 7
-- only a Russian mobile and a number of Kazakhstan are sure. The rest stays bare and opens nothing until the list is
-- imported again; `otklik check` counts it.
UPDATE parcels SET phone = '+' || phone
WHERE phone NOT LIKE '+%' AND phone NOT LIKE '0%' AND (
    length(phone) = 10
    OR (length(phone) = 11 AND (phone LIKE '79%' OR phone LIKE '77%' OR phone NOT LIKE '7%'))
    OR (length(phone) BETWEEN 12 AND 15 AND phone NOT LIKE '810%')
);
