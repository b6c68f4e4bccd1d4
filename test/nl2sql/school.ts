import { DatabaseSync } from 'node:sqlite'

/** A small school: people, what is taught, who takes it, and clubs that not everybody is in. */
export function smallSchool(): DatabaseSync {
  const db = new DatabaseSync(':memory:')
  db.exec(`
CREATE TABLE teachers (teacher_id INTEGER PRIMARY KEY, name TEXT NOT NULL, subject TEXT NOT NULL, salary INTEGER NOT NULL, hired INTEGER NOT NULL);
CREATE TABLE students (student_id INTEGER PRIMARY KEY, first_name TEXT NOT NULL, last_name TEXT NOT NULL, age INTEGER NOT NULL, gender TEXT NOT NULL, city TEXT NOT NULL);
CREATE TABLE courses (course_id INTEGER PRIMARY KEY, title TEXT NOT NULL, credits INTEGER NOT NULL, teacher_id INTEGER NOT NULL REFERENCES teachers (teacher_id));
CREATE TABLE enrollments (student_id INTEGER NOT NULL REFERENCES students (student_id), course_id INTEGER NOT NULL REFERENCES courses (course_id), grade INTEGER,
  PRIMARY KEY (student_id, course_id));
CREATE TABLE clubs (club_id INTEGER PRIMARY KEY, club_name TEXT NOT NULL, room TEXT NOT NULL);
CREATE TABLE club_members (club_id INTEGER NOT NULL REFERENCES clubs (club_id), student_id INTEGER NOT NULL REFERENCES students (student_id));
INSERT INTO teachers VALUES (1,'Ada Nowak','Physics',5200,2001),(2,'Ben Okafor','History',4100,2010),(3,'Cleo Marsh','Physics',6100,1998),(4,'Dan Ruiz','Music',3900,2019);
INSERT INTO students VALUES (1,'Mia','Stone',15,'F','Oslo'),(2,'Noah','Reed',17,'M','Bergen'),(3,'Olga','Finch',16,'F','Oslo'),(4,'Paul','Vance',18,'M','Tromso'),
  (5,'Quinn','Lowe',16,'F','Bergen'),(6,'Rhea','Moss',19,'F','Oslo');
INSERT INTO courses VALUES (1,'Mechanics',5,1),(2,'Optics',4,3),(3,'Ancient Rome',3,2),(4,'Choir',2,4),(5,'Waves',4,1);
INSERT INTO enrollments VALUES (1,1,90),(1,3,75),(2,1,60),(2,2,88),(3,3,95),(4,4,70),(5,1,82),(5,4,66),(1,5,91);
INSERT INTO clubs VALUES (1,'Chess','A1'),(2,'Robotics','B2'),(3,'Drama','A1');
INSERT INTO club_members VALUES (1,1),(1,2),(2,2),(2,3),(3,3);`)
  return db
}
